/* The way from the spotter's C to the interpreter in Java. Hand-written; never generated. */
#ifndef KWS_JNI_LINK_H
#define KWS_JNI_LINK_H

#include <jni.h>

/* What an inference needs of Java. The references are global; NULL in all of them: not attached. */
typedef struct {
    JavaVM *vm;
    jobject network;  /* a Network of Kotlin */
    jobject features; /* ByteBuffer over the spotter's feature window */
    jobject scores;   /* ByteBuffer over its scores */
    jmethodID infer;
} kws_jni_link;

#define KWS_JNI_LINK kws_jni_link

/* Lets the spotter ask the network from now on; an exception waits when it cannot. */
void JNICALL kws_jni_attach(JNIEnv *env, jobject self, jlong handle, jobject network);

/* Forgets the network and returns it, or null. The spotter must not be fed afterwards. */
jobject JNICALL kws_jni_detach(JNIEnv *env, jobject self, jlong handle);

#endif /* KWS_JNI_LINK_H */
