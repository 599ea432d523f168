/* How many frames a frontend computes side by side. Hand-written; never generated.
 *
 * One, in every program that is exported. Python compiles the same files with more: buffers then
 * hold KWS_LANES values for each one, and the innermost loops become vector instructions. */
#ifndef KWS_LANES_H
#define KWS_LANES_H

#ifndef KWS_LANES
#define KWS_LANES 1
#endif

/* for (lane = 0 .. KWS_LANES - 1). Lanes never read what another one wrote, which gcc is told. */
#if KWS_LANES > 1 && defined(__GNUC__) && !defined(__clang__)
#define KWS_FOR_LANES(lane)                                                                        \
    _Pragma("GCC ivdep") _Pragma("GCC unroll 1") for (int32_t lane = 0; lane < KWS_LANES; lane++)
#else
#define KWS_FOR_LANES(lane) for (int32_t lane = 0; lane < KWS_LANES; lane++)
#endif

#endif /* KWS_LANES_H */
