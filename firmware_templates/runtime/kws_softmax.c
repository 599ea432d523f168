/* The Python twin is edgekws/graph/ops/softmax.py; the constants stand in both. */
#include "kws_softmax.h"

#include <stdbool.h>
#include <stddef.h>

#include "kws_requantize.h"

enum { DIFFERENCE_BITS = 5, SUM_BITS = 12, MOST_LABELS = 511 };

#define EXP_MINUS_EIGHTH 1895147668 /* exp(-1/8) in Q0.31 */
#define ONE_THIRD 715827883
#define RECIPROCAL_START 1515870810    /* 48/17 in Q2.29 */
#define RECIPROCAL_SLOPE (-1010580540) /* -32/17 */

/* exp(-2^i) in Q0.31 for i = -2..4: one factor for each bit of a scaled difference. */
static const int32_t exp_minus_powers[] = {
    1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242,
};

/* value * 2^bits, kept in int32 */
static int32_t shift_left(int32_t value, int32_t bits)
{
    const int64_t wide = (int64_t)value * ((int64_t)1 << bits);

    if (wide > INT32_MAX) {
        return INT32_MAX;
    }
    return wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
}

/* exp(a) in Q0.31 for a in [-1/4, 0) in Q0.31: Taylor's series around -1/8 */
static int32_t exp_on_last_quarter(int32_t a)
{
    const int32_t x = a + ((int32_t)1 << 28);
    const int32_t x2 = kws_doubling_high_mul(x, x);
    const int32_t x3 = kws_doubling_high_mul(x2, x);
    const int32_t x4 = kws_doubling_high_mul(x2, x2);
    const int32_t tail = kws_doubling_high_mul(kws_divide_by_power(x4, 2) + x3, ONE_THIRD) + x2;

    return EXP_MINUS_EIGHTH +
           kws_doubling_high_mul(EXP_MINUS_EIGHTH, x + kws_divide_by_power(tail, 1));
}

/* exp(difference) in Q0.31 for a difference of 0 or less in Q5.26 */
static int32_t exp_on_negative(int32_t difference)
{
    const int32_t quarter = (int32_t)1 << (29 - DIFFERENCE_BITS);
    const int32_t rest = (difference & (quarter - 1)) - quarter;
    const int32_t steps = rest - difference; /* a multiple of 1/4, 0 or more */
    int32_t result = exp_on_last_quarter(rest * (1 << DIFFERENCE_BITS));

    if (difference == 0) {
        return INT32_MAX;
    }
    for (int32_t i = 0; i < (int32_t)(sizeof exp_minus_powers / sizeof exp_minus_powers[0]); i++) {
        if ((steps & (quarter << i)) != 0) {
            result = kws_doubling_high_mul(result, exp_minus_powers[i]);
        }
    }
    return result;
}

/* exp of one logit less the largest one, in Q0.31 */
static int32_t exp_of(const kws_softmax_params *p, int32_t difference)
{
    const int32_t shifted = (int32_t)(difference * ((int64_t)1 << p->left_shift));

    return exp_on_negative(kws_doubling_high_mul(shifted, p->multiplier));
}

/* 2^leading_zeros / total in Q0.31 for a total above 0: three steps of Newton and Raphson */
static int32_t reciprocal(uint32_t total, int32_t leading_zeros)
{
    const int32_t x = (int32_t)((total << leading_zeros) - ((uint32_t)1 << 31));
    const int32_t half_denominator = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
    int32_t estimate = RECIPROCAL_START + kws_doubling_high_mul(half_denominator, RECIPROCAL_SLOPE);

    for (int32_t i = 0; i < 3; i++) {
        const int32_t error =
            ((int32_t)1 << 29) - kws_doubling_high_mul(half_denominator, estimate);
        estimate += shift_left(kws_doubling_high_mul(estimate, error), 2);
    }
    return shift_left(estimate, 1);
}

static int32_t count_leading_zeros(uint32_t value)
{
    int32_t count = 0;

    while ((value & ((uint32_t)1 << 31)) == 0) {
        value <<= 1;
        count++;
    }
    return count;
}

/* What all scores of a row have in common. */
typedef struct {
    int32_t largest;  /* logit */
    int32_t factor;   /* 2^leading_zeros / sum of the exponentials, Q0.31 */
    int32_t exponent; /* from a share to a score, without the score's own bits */
} row_scale;

static row_scale scale_row(const kws_softmax_params *p, const int8_t *input)
{
    int32_t largest = INT8_MIN;
    uint32_t total = 0; /* Q12.19 */
    row_scale row;

    for (int32_t c = 0; c < p->depth; c++) {
        largest = input[c] > largest ? input[c] : largest;
    }
    for (int32_t c = 0; c < p->depth; c++) {
        const int32_t difference = input[c] - largest;
        if (difference >= p->smallest_difference) {
            total += (uint32_t)kws_divide_by_power(exp_of(p, difference), SUM_BITS);
        }
    }

    const int32_t leading_zeros = count_leading_zeros(total);

    row.largest = largest;
    row.factor = reciprocal(total, leading_zeros);
    row.exponent = SUM_BITS - leading_zeros + 31;
    return row;
}

/* One score of so many bits, 0 or more */
static int32_t score_of(const kws_softmax_params *p, const row_scale *row, int32_t logit,
                        int32_t bits)
{
    const int32_t difference = logit - row->largest;

    if (difference < p->smallest_difference) {
        return 0;
    }
    return kws_divide_by_power(kws_doubling_high_mul(row->factor, exp_of(p, difference)),
                               row->exponent - bits);
}

static bool is_usable(const kws_softmax_params *p, const void *input, const void *output)
{
    return p != NULL && input != NULL && output != NULL && p->depth >= 1 && p->depth <= MOST_LABELS;
}

kws_status kws_softmax_run(const kws_softmax_params *params, const int8_t *input, int8_t *output)
{
    if (!is_usable(params, input, output)) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t r = 0; r < params->rows; r++) {
        const row_scale row = scale_row(params, input);

        for (int32_t c = 0; c < params->depth; c++) {
            const int32_t score = score_of(params, &row, *input++, 8) + INT8_MIN;
            *output++ = (int8_t)kws_clamp(score, INT8_MIN, INT8_MAX);
        }
    }
    return KWS_OK;
}

kws_status kws_softmax_int16_run(const kws_softmax_params *params, const int8_t *input,
                                 int16_t *output)
{
    if (!is_usable(params, input, output)) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t r = 0; r < params->rows; r++) {
        const row_scale row = scale_row(params, input);

        for (int32_t c = 0; c < params->depth; c++) {
            const int32_t score = score_of(params, &row, *input++, 16) + INT16_MIN;
            *output++ = (int16_t)kws_clamp(score, INT16_MIN, INT16_MAX);
        }
    }
    return KWS_OK;
}
