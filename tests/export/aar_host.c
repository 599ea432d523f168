/* Hears a recording by a library of an AAR, in place of Android and its Java: the few functions of
 * JNI that the library calls, where an array is a plain pointer.
 *
 *   aar_host LIBRARY PCM       prints the words: time in samples, score, label
 */
#include <dlfcn.h>
#include <jni.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_METHODS = 16, CHUNK_SAMPLES = 1000 };

typedef jint (*on_load)(JavaVM *vm, void *reserved);
typedef jlong (*open_function)(JNIEnv *env, jobject self);
typedef void (*close_function)(JNIEnv *env, jobject self, jlong handle);
typedef jint (*feed_function)(JNIEnv *env, jobject self, jlong handle, jshortArray pcm, jint offset,
                              jint length, jlongArray word);
typedef jbyteArray (*label_function)(JNIEnv *env, jobject self, jint index);

static JNINativeMethod methods[MOST_METHODS];
static jint method_count;
static char label[256];

static jclass find_class(JNIEnv *env, const char *name)
{
    (void)env;
    return (jclass)(uintptr_t)name;
}

static jint register_natives(JNIEnv *env, jclass owner, const JNINativeMethod *given, jint count)
{
    (void)env;
    (void)owner;
    memcpy(methods, given, (size_t)count * sizeof *given);
    method_count = count;
    return JNI_OK;
}

static void delete_local(JNIEnv *env, jobject object)
{
    (void)env;
    (void)object;
}

static jboolean exception_check(JNIEnv *env)
{
    (void)env;
    return JNI_FALSE;
}

static void get_shorts(JNIEnv *env, jshortArray from, jsize start, jsize count, jshort *to)
{
    (void)env;
    memcpy(to, (const jshort *)(void *)from + start, (size_t)count * sizeof *to);
}

static void set_longs(JNIEnv *env, jlongArray to, jsize start, jsize count, const jlong *from)
{
    (void)env;
    memcpy((jlong *)(void *)to + start, from, (size_t)count * sizeof *from);
}

static jbyteArray new_bytes(JNIEnv *env, jsize count)
{
    (void)env;
    memset(label, 0, sizeof label);
    return count < (jsize)sizeof label ? (jbyteArray)(void *)label : NULL;
}

static void set_bytes(JNIEnv *env, jbyteArray to, jsize start, jsize count, const jbyte *from)
{
    (void)env;
    memcpy((char *)(void *)to + start, from, (size_t)count);
}

static const struct JNINativeInterface_ functions = {
    .FindClass = find_class,
    .RegisterNatives = register_natives,
    .DeleteLocalRef = delete_local,
    .ExceptionCheck = exception_check,
    .GetShortArrayRegion = get_shorts,
    .SetLongArrayRegion = set_longs,
    .NewByteArray = new_bytes,
    .SetByteArrayRegion = set_bytes,
};
static JNIEnv environment = &functions;

static jint get_env(JavaVM *vm, void **env, jint version)
{
    (void)vm;
    (void)version;
    *env = &environment;
    return JNI_OK;
}

static const struct JNIInvokeInterface_ machine = {.GetEnv = get_env};

static void *method(const char *name)
{
    for (jint i = 0; i < method_count; i++) {
        if (strcmp(methods[i].name, name) == 0) {
            return methods[i].fnPtr;
        }
    }
    fprintf(stderr, "no method %s\n", name);
    exit(1);
}

static void hear(FILE *pcm)
{
    const open_function open_spotter = (open_function)(uintptr_t)method("open");
    const feed_function feed = (feed_function)(uintptr_t)method("feed");
    const label_function name = (label_function)(uintptr_t)method("label");
    const close_function close_spotter = (close_function)(uintptr_t)method("close");
    const jlong handle = open_spotter(&environment, NULL);
    jshort chunk[CHUNK_SAMPLES];
    jint count;

    while ((count = (jint)fread(chunk, sizeof *chunk, CHUNK_SAMPLES, pcm)) > 0) {
        for (jint at = 0; at < count;) {
            jlong word[3] = {-1, 0, 0};
            const jint taken = feed(&environment, NULL, handle, (jshortArray)(void *)chunk, at,
                                    count - at, (jlongArray)(void *)word);

            if (taken <= 0) {
                exit(1);
            }
            at += taken;
            if (word[0] >= 0) {
                name(&environment, NULL, (jint)word[0]);
                printf("%lld %lld %s\n", (long long)word[2], (long long)word[1], label);
            }
        }
    }
    close_spotter(&environment, NULL, handle);
}

int main(int count, char **words)
{
    JavaVM vm = &machine;
    void *const library = count == 3 ? dlopen(words[1], RTLD_NOW) : NULL;
    FILE *const pcm = library != NULL ? fopen(words[2], "rb") : NULL;

    if (pcm == NULL) {
        fprintf(stderr, "%s\n", library == NULL ? dlerror() : "no sound");
        return 1;
    }
    if (((on_load)(uintptr_t)dlsym(library, "JNI_OnLoad"))(&vm, NULL) != JNI_VERSION_1_6) {
        return 1;
    }
    hear(pcm);
    return fclose(pcm);
}
