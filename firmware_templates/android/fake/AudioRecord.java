package android.media;

import android.os.SystemClock;

/** Stands in for the system's microphone; `Script` says what it does. Hand-written. */
public class AudioRecord {
    public static final int STATE_UNINITIALIZED = 0;
    public static final int STATE_INITIALIZED = 1;
    public static final int RECORDSTATE_STOPPED = 1;
    public static final int RECORDSTATE_RECORDING = 3;
    public static final int ERROR_BAD_VALUE = -2;
    public static final int ERROR_DEAD_OBJECT = -6;

    /** What the next microphone does. */
    public static final class Script {
        public short[] sound = new short[0];
        public int minBufferSize = 1280;
        public boolean refusesFormat;
        public boolean opens = true;
        public boolean starts = true;
        public boolean throwsAtStart;
        public int rateHz; // 0: the one that is asked for
        public int takenAwayAfter = Integer.MAX_VALUE; // reads
        public int lateAfter = Integer.MAX_VALUE; // reads; then 2 s pass until the next
        public volatile boolean silenced;
    }

    public static volatile Script script = new Script();

    /** Microphones that were made and not released, and calls of a released one. */
    public static volatile int open;

    public static volatile int misused;

    private final Script mine = script;
    private final int rateHz;
    private final int bytes;
    private int position;
    private int reads;
    private boolean released;
    private volatile boolean recording;

    public AudioRecord(int source, int rateHz, int channels, int format, int bytes) {
        if (mine.refusesFormat) {
            throw new IllegalArgumentException("format");
        }
        if (channels != 16 || format != 2 || bytes < mine.minBufferSize) {
            throw new AssertionError("not one channel of 16 bit in a buffer of the least size");
        }
        this.rateHz = rateHz;
        this.bytes = bytes;
        count(1);
    }

    private static synchronized void count(int change) {
        open += change;
    }

    private void use() {
        if (released) {
            misused++;
        }
    }

    public static int getMinBufferSize(int rateHz, int channels, int format) {
        return script.minBufferSize;
    }

    public int getState() {
        return mine.opens ? STATE_INITIALIZED : STATE_UNINITIALIZED;
    }

    public int getSampleRate() {
        return mine.rateHz == 0 ? rateHz : mine.rateHz;
    }

    public int getChannelCount() {
        return 1;
    }

    public int getRecordingState() {
        return recording ? RECORDSTATE_RECORDING : RECORDSTATE_STOPPED;
    }

    public void startRecording() {
        use();
        if (mine.throwsAtStart) {
            throw new IllegalStateException("startRecording");
        }
        recording = mine.starts;
    }

    public void stop() {
        use();
        recording = false;
    }

    public void release() {
        use();
        recording = false;
        released = true;
        count(-1);
    }

    public AudioRecordingConfiguration getActiveRecordingConfiguration() {
        use();
        return new AudioRecordingConfiguration(mine.silenced);
    }

    /** Plays the sound, then silence, each sample in its time by the clock of this folder. */
    public int read(short[] pcm, int offset, int count) {
        use();
        if (!recording) {
            return 0;
        }
        if (reads == mine.takenAwayAfter) {
            return ERROR_DEAD_OBJECT;
        }
        for (int i = 0; i < count; i++) {
            pcm[offset + i] = position < mine.sound.length ? mine.sound[position++] : 0;
        }
        if (reads > mine.lateAfter) {
            return answer(count); // what waited is there at once
        }
        SystemClock.pass(count * 1_000_000_000L / rateHz);
        if (reads == mine.lateAfter) {
            SystemClock.passAfterNextLook(2_000_000_000L);
        }
        Thread.yield();
        return answer(count);
    }

    private int answer(int count) {
        reads++;
        return count;
    }
}
