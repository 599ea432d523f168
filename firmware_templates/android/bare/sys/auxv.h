/* How the engine asks an arm64 core of Android 5 and newer for dot product instructions. */
#ifndef KWS_BARE_AUXV_H
#define KWS_BARE_AUXV_H

#define AT_HWCAP 16

unsigned long getauxval(unsigned long type);

#endif /* KWS_BARE_AUXV_H */
