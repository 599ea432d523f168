/* The memory of one spotter of the bridge; its address is Kotlin's handle. Hand-written. */
#ifndef KWS_JNI_BLOCK_H
#define KWS_JNI_BLOCK_H

#include <jni.h>
#include <stdint.h>

#include "kws_jni_config.h"

/* All that one spotter needs. */
typedef struct {
    int8_t scratch[KWS_JNI_SCRATCH_BYTES] KWS_ALIGN_16;
    kws_jni_memory memory;
    kws_detection word; /* the last one heard; is_new from then until feed() goes on */
    int16_t chunk[KWS_JNI_HOP_SAMPLES];
#ifdef KWS_JNI_LINK
    KWS_JNI_LINK link; /* to an interpreter in Java */
#endif
} spotter_block;

static inline spotter_block *block_of(jlong handle)
{
    return (spotter_block *)(intptr_t)handle;
}

#endif /* KWS_JNI_BLOCK_H */
