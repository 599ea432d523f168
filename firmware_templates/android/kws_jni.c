/* The bridge from Kotlin's NativeSpotter to the spotter. Hand-written; never generated.
 *
 * A spotter is one block of memory, made by open() and given back by close(). There is
 * nothing global, so any number of them may live side by side. Kotlin sees to it that a handle is
 * used by one thread at a time and never after close().
 *
 * The only symbol of the library is JNI_OnLoad: it registers the functions below.
 */
#define _POSIX_C_SOURCE 200112L /* posix_memalign */

#include <jni.h>
#include <stdint.h>
#include <stdlib.h>

#include "kws_jni_block.h"

#define COUNT(array) ((jint)(sizeof(array) / sizeof(array)[0]))
#define ALIGNMENT 16 /* of scratch, see KWS_ALIGN_16 */
#define FAILED (-1)

static void throw_new(JNIEnv *env, const char *name, const char *message)
{
    const jclass thrown = (*env)->FindClass(env, name);

    if (thrown != NULL) {
        (void)(*env)->ThrowNew(env, thrown, message);
        (*env)->DeleteLocalRef(env, thrown);
    }
}

static void on_word(void *context, const kws_detection *detection)
{
    spotter_block *block = context;

    block->word = *detection;
}

/* New bytes of Java from C's; NULL when an exception waits. */
static jbyteArray to_bytes(JNIEnv *env, const char *text)
{
    jsize length = 0;
    jbyteArray bytes;

    while (text[length] != '\0') {
        length++;
    }
    bytes = (*env)->NewByteArray(env, length);
    if (bytes != NULL) {
        (*env)->SetByteArrayRegion(env, bytes, 0, length, (const jbyte *)text);
    }
    return bytes;
}

/* What export this library is of; Kotlin has the same text. */
static jbyteArray JNICALL identity(JNIEnv *env, jobject self)
{
    (void)self;
    return to_bytes(env, KWS_JNI_IDENTITY);
}

/* The handle of a new spotter; 0 with OutOfMemoryError. */
static jlong JNICALL open_spotter(JNIEnv *env, jobject self)
{
    void *memory = NULL;
    spotter_block *block;

    (void)self;
    if (posix_memalign(&memory, ALIGNMENT, sizeof *block) != 0) {
        throw_new(env, "java/lang/OutOfMemoryError", "no native memory for a keyword spotter");
        return 0;
    }
    block = memory;
    block->word.is_new = false;
    if (kws_jni_init(&block->memory, block->scratch, on_word, block) != KWS_OK) {
        free(memory);
        throw_new(env, "java/lang/IllegalStateException", "the spotter refused its own config");
        return 0;
    }
    return (jlong)(intptr_t)block;
}

static void JNICALL close_spotter(JNIEnv *env, jobject self, jlong handle)
{
    (void)env;
    (void)self;
    free(block_of(handle));
}

static void JNICALL reset(JNIEnv *env, jobject self, jlong handle)
{
    (void)env;
    (void)self;
    (void)kws_spotter_reset(&block_of(handle)->memory.spotter);
}

/* Writes label, score and time of a word. */
static void report(JNIEnv *env, jlongArray word, const kws_detection *detection)
{
    const jlong fields[] = {detection->label, detection->score, detection->time};

    (*env)->SetLongArrayRegion(env, word, 0, COUNT(fields), fields);
}

/*
 * Takes samples until a word is heard or there are none left.
 *
 * pcm     in   short [offset + length] or more
 * word    out  long [3]: label, score, time in samples; written when a word is heard
 * returns how many samples were taken, or -1 when the spotter failed or an exception waits
 *
 * A chunk of at most one hop completes at most one frame: no word can hide another.
 */
static jint JNICALL feed(JNIEnv *env, jobject self, jlong handle, jshortArray pcm, jint offset,
                         jint length, jlongArray word)
{
    spotter_block *block = block_of(handle);
    jint taken = 0;

    (void)self;
    block->word.is_new = false;
    while (taken < length && !block->word.is_new) {
        const jint left = length - taken;
        const jint samples = left < COUNT(block->chunk) ? left : COUNT(block->chunk);

        (*env)->GetShortArrayRegion(env, pcm, offset + taken, samples, block->chunk);
        if ((*env)->ExceptionCheck(env) ||
            kws_feed(&block->memory.spotter, block->chunk, samples) != KWS_OK) {
            return FAILED;
        }
        taken += samples;
    }
    if (block->word.is_new) {
        report(env, word, &block->word);
    }
    return taken;
}

static jint JNICALL sample_rate_hz(JNIEnv *env, jobject self)
{
    (void)env;
    (void)self;
    return KWS_JNI_SAMPLE_RATE_HZ;
}

static jint JNICALL label_count(JNIEnv *env, jobject self)
{
    (void)env;
    (void)self;
    return KWS_JNI_LABEL_COUNT;
}

/* One label's name in UTF-8; JNI's own strings are not quite that. */
static jbyteArray JNICALL label(JNIEnv *env, jobject self, jint index)
{
    (void)self;
    return to_bytes(env, kws_jni_labels[index]);
}

/* C has no cast from a function to the void pointer that JNI wants, but it has two casts. */
#define NATIVE(name, signature, function)                                                          \
    {                                                                                              \
        name, signature, (void *)(uintptr_t)function                                               \
    }

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
    static const JNINativeMethod methods[] = {NATIVE("identity", "()[B", identity),
                                              NATIVE("open", "()J", open_spotter),
                                              NATIVE("close", "(J)V", close_spotter),
                                              NATIVE("reset", "(J)V", reset),
                                              NATIVE("feed", "(J[SII[J)I", feed),
                                              NATIVE("sampleRateHz", "()I", sample_rate_hz),
                                              NATIVE("labelCount", "()I", label_count),
                                              NATIVE("label", "(I)[B", label),
#ifdef KWS_JNI_MORE_METHODS
                                              KWS_JNI_MORE_METHODS
#endif
    };
    void *found = NULL;
    JNIEnv *env;
    jclass owner;

    (void)reserved;
    if ((*vm)->GetEnv(vm, &found, JNI_VERSION_1_6) != JNI_OK) {
        return JNI_ERR;
    }
    env = found;
    owner = (*env)->FindClass(env, KWS_JNI_CLASS);
    if (owner == NULL || (*env)->RegisterNatives(env, owner, methods, COUNT(methods)) != JNI_OK) {
        return JNI_ERR;
    }
    (*env)->DeleteLocalRef(env, owner);
    return JNI_VERSION_1_6;
}
