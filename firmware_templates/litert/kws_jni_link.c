#include <string.h>

#include "kws_jni_block.h"

/* One inference, in the thread that feeds: Network.infer(features, scores). */
static kws_status infer(void *context, const int8_t *features, int8_t *scores)
{
    const kws_jni_link *link = context;
    void *found = NULL;
    JNIEnv *env;

    (void)features; /* the buffers of the link lie over them */
    (void)scores;
    if ((*link->vm)->GetEnv(link->vm, &found, JNI_VERSION_1_6) != JNI_OK) {
        return KWS_BAD_ARGUMENT;
    }
    env = found;
    (*env)->CallVoidMethod(env, link->network, link->infer, link->features, link->scores);
    return (*env)->ExceptionCheck(env) ? KWS_BAD_ARGUMENT : KWS_OK;
}

static void forget(JNIEnv *env, jobject *reference)
{
    if (*reference != NULL) {
        (*env)->DeleteGlobalRef(env, *reference);
        *reference = NULL;
    }
}

/* A global reference to a buffer over C's memory; NULL when there is no room for it. */
static jobject buffer_over(JNIEnv *env, void *memory, jlong bytes)
{
    const jobject buffer = (*env)->NewDirectByteBuffer(env, memory, bytes);

    return buffer == NULL ? NULL : (*env)->NewGlobalRef(env, buffer);
}

static void refuse(JNIEnv *env)
{
    const jclass thrown =
        (*env)->ExceptionCheck(env) ? NULL : (*env)->FindClass(env, "java/lang/OutOfMemoryError");

    if (thrown != NULL) {
        (void)(*env)->ThrowNew(env, thrown, "no memory for the buffers of an interpreter");
    }
}

void JNICALL kws_jni_attach(JNIEnv *env, jobject self, jlong handle, jobject network)
{
    spotter_block *block = block_of(handle);
    const kws_spotter_buffers *buffers = &block->memory.spotter.buffers;
    kws_jni_link *link = &block->link;
    jclass owner;

    (void)self;
    memset(link, 0, sizeof *link);
    owner = (*env)->GetObjectClass(env, network);
    link->infer =
        (*env)->GetMethodID(env, owner, "infer", "(Ljava/nio/ByteBuffer;Ljava/nio/ByteBuffer;)V");
    if (link->infer == NULL || (*env)->GetJavaVM(env, &link->vm) != JNI_OK) {
        refuse(env);
        return;
    }
    link->features = buffer_over(env, buffers->features, KWS_JNI_INPUT_BYTES);
    if (link->features != NULL) {
        link->scores = buffer_over(env, buffers->scores, KWS_JNI_LABEL_COUNT);
    }
    if (link->scores != NULL) {
        link->network = (*env)->NewGlobalRef(env, network);
    }
    if (link->network == NULL) {
        forget(env, &link->features);
        forget(env, &link->scores);
        refuse(env);
        return;
    }
    kws_jni_attach_model(buffers->arena, infer, link);
}

jobject JNICALL kws_jni_detach(JNIEnv *env, jobject self, jlong handle)
{
    spotter_block *block = block_of(handle);
    const jobject network = (*env)->NewLocalRef(env, block->link.network);

    (void)self;
    kws_jni_attach_model(block->memory.spotter.buffers.arena, NULL, NULL);
    forget(env, &block->link.network);
    forget(env, &block->link.features);
    forget(env, &block->link.scores);
    return network;
}
