package android.os;

/** Stands in for the system's clock, which only moves when it is told to. Hand-written. */
public class SystemClock {
    private static long now;
    private static long later;

    public static synchronized long elapsedRealtimeNanos() {
        final long seen = now;
        now += later;
        later = 0;
        return seen;
    }

    public static synchronized void pass(long ns) {
        now += ns;
    }

    public static synchronized void passAfterNextLook(long ns) {
        later += ns;
    }
}
