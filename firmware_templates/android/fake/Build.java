package android.os;

/** Stands in for the system's, whose version would ask a running Android. Hand-written. */
public class Build {
    public static class VERSION {
        public static int SDK_INT = 34;
    }

    public static class VERSION_CODES {
        public static final int Q = 29;
    }
}
