/* Empty: jni.h includes it and uses nothing of it. */
#ifndef KWS_BARE_STDIO_H
#define KWS_BARE_STDIO_H
#endif /* KWS_BARE_STDIO_H */
