package org.tensorflow.lite;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands in for TensorFlow Lite's, whose library is for Android: a check says what a network
 * answers. It is as strict about buffers as the real one, and about its end. Hand-written.
 */
public final class Interpreter implements AutoCloseable {
    /** What the network answers; it must not keep the buffers. */
    public interface Script {
        void run(ByteBuffer features, ByteBuffer scores);
    }

    public static class Options {
        public Options setNumThreads(int threads) {
            return this;
        }

        public Options setUseXNNPACK(boolean use) {
            return this;
        }
    }

    public static volatile Script script;
    private static final List<WeakReference<Interpreter>> made = new ArrayList<>();
    private static int open;

    private final Script answers = script;
    private boolean closed;

    public Interpreter(ByteBuffer model, Options options) {
        if (!model.isDirect() || model.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("the model is not in a direct buffer");
        }
        synchronized (made) {
            open++;
            made.add(new WeakReference<>(this));
        }
    }

    public void run(Object input, Object output) {
        if (closed) {
            throw new IllegalStateException("the interpreter is closed");
        }
        answers.run(whole((ByteBuffer) input), whole((ByteBuffer) output));
    }

    @Override
    public void close() {
        synchronized (made) {
            open -= closed ? 0 : 1;
        }
        closed = true;
    }

    /** How many are open. */
    public static int open() {
        synchronized (made) {
            return open;
        }
    }

    /** How many are still referred to. */
    public static int kept() {
        synchronized (made) {
            made.removeIf(reference -> reference.get() == null);
            return made.size();
        }
    }

    private static ByteBuffer whole(ByteBuffer buffer) {
        if (!buffer.isDirect() || buffer.order() != ByteOrder.nativeOrder()
                || buffer.remaining() != buffer.capacity()) {
            throw new IllegalArgumentException("the buffer is not direct, native and whole");
        }
        return buffer;
    }
}
