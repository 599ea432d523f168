package android.os;

/** Stands in for the system's; priorities change nothing here. Hand-written. */
public class Process {
    public static int priority;

    public static int myPid() {
        return 1;
    }

    public static int myUid() {
        return 1;
    }

    public static void setThreadPriority(int priority) {
        Process.priority = priority;
    }
}
