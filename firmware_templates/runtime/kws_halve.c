#include "kws_halve.h"

#define LANES KWS_LANES
#define PAIRS 12
#define MIDDLE 16384 /* the tap in the middle; all of them add up to 32768 */
#define HALF 16384
#define SHIFT 15

typedef char kws_halve_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

/* The taps 1, 3, ... 23 samples before and after the middle; those between are 0. With all of
 * them, sums stay below 2^31: the magnitudes of the taps add up to 1.65 * 2^15. */
static const int16_t taps[PAIRS] = {10381, -3328, 1846, -1169, 772, -511,
                                    331,   -206,  120,  -64,   29,  -9};

/* Without branches, so that lanes stay together. */
static inline int16_t rounded(int32_t sum)
{
    const int32_t value = (sum + HALF) >> SHIFT;
    const int32_t raised = value < INT16_MIN ? INT16_MIN : value;

    return (int16_t)(raised > INT16_MAX ? INT16_MAX : raised);
}

static inline int32_t term(const int16_t *middle, int32_t pair)
{
    return taps[pair] * (middle[-(2 * pair + 1) * LANES] + middle[(2 * pair + 1) * LANES]);
}

/* Every tap has a sample. Written out, the taps are constants in the code. */
static inline int16_t inside(const int16_t *at)
{
    return rounded(MIDDLE * at[0] + term(at, 0) + term(at, 1) + term(at, 2) + term(at, 3) +
                   term(at, 4) + term(at, 5) + term(at, 6) + term(at, 7) + term(at, 8) +
                   term(at, 9) + term(at, 10) + term(at, 11));
}

/* There are samples for so many taps before, and so many after. */
static inline int16_t at_an_end(const int16_t *at, int32_t before, int32_t after)
{
    int32_t sum = MIDDLE * at[0];

    for (int32_t pair = 0; pair < before; pair++) {
        sum += taps[pair] * at[-(2 * pair + 1) * LANES];
    }
    for (int32_t pair = 0; pair < after; pair++) {
        sum += taps[pair] * at[(2 * pair + 1) * LANES];
    }
    return rounded(sum);
}

void kws_halve(const int16_t *samples, int32_t count, int16_t *halved)
{
    for (int32_t n = 0; n < count / 2; n++) {
        const int32_t before = n < PAIRS ? n : PAIRS;
        const int32_t rest = count / 2 - n;
        const int32_t after = rest < PAIRS ? rest : PAIRS;

        if (before + after == 2 * PAIRS) {
            KWS_FOR_LANES (lane) {
                halved[lane] = inside(samples + lane);
            }
        } else {
            KWS_FOR_LANES (lane) {
                halved[lane] = at_an_end(samples + lane, before, after);
            }
        }
        samples += 2 * LANES;
        halved += LANES;
    }
}
