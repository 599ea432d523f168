#include "kws_average_pool_2d_mve.h"

#include <stddef.h>

#include "kws_requantize.h"
#include "kws_span.h"

enum { LANES = 4 };

/* What lies under the window, at its first channel. */
typedef struct {
    const int8_t *x;
    int32_t rows;
    int32_t columns;
    int32_t step; /* from a column to the next */
    int32_t gap;  /* from behind a row to the next */
} area;

#ifdef __ARM_FEATURE_MVE

#include <arm_mve.h>

static void add_four(const area *a, int32_t *totals)
{
    const int32_t step = a->step;
    const int8_t *x = a->x;
    int32x4_t total = vdupq_n_s32(0);

    for (int32_t i = a->rows; i > 0; i--) {
        for (int32_t j = a->columns; j > 0; j--) {
            total = vaddq_s32(total, vldrbq_s32(x));
            x += step;
        }
        x += a->gap;
    }
    vstrwq_s32(totals, total);
}

#else

static void add_four(const area *a, int32_t *totals)
{
    for (int32_t c = 0; c < LANES; c++) {
        const int8_t *x = a->x + c;

        totals[c] = 0;
        for (int32_t i = 0; i < a->rows; i++) {
            for (int32_t j = 0; j < a->columns; j++) {
                totals[c] += x[j * a->step];
            }
            x += a->columns * a->step + a->gap;
        }
    }
}

#endif

static int32_t add_one(const area *a)
{
    const int8_t *x = a->x;
    int32_t total = 0;

    for (int32_t i = 0; i < a->rows; i++) {
        for (int32_t j = 0; j < a->columns; j++) {
            total += x[j * a->step];
        }
        x += a->columns * a->step + a->gap;
    }
    return total;
}

/* total / count, halves away from zero; C's division cuts towards zero */
static int32_t divide(int32_t total, int32_t count)
{
    const int32_t half = count / 2;

    return (total > 0 ? total + half : total - half) / count;
}

static void run_place(const kws_average_pool_2d_params *p, area a, int8_t *output)
{
    const int32_t count = a.rows * a.columns;
    const int8_t *const first = a.x;

    for (int32_t c = 0; c < p->channels; c += LANES) {
        const int32_t rest = p->channels - c;
        const int32_t lanes = rest < LANES ? rest : LANES;
        int32_t totals[LANES];

        a.x = first + c;
        if (lanes == LANES) {
            add_four(&a, totals);
        } else {
            for (int32_t i = 0; i < lanes; i++) {
                totals[i] = add_one(&a);
                a.x++;
            }
        }
        for (int32_t i = 0; i < lanes; i++) {
            const int32_t mean = divide(totals[i], count);

            output[c + i] = (int8_t)kws_clamp(mean, p->activation_min, p->activation_max);
        }
    }
}

kws_status kws_average_pool_2d_mve_run(const kws_average_pool_2d_params *params,
                                       const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_average_pool_2d_params *p = params;
    area a;

    a.step = p->channels;
    for (int32_t y = 0; y < p->out_height; y++) {
        const kws_span rows =
            kws_span_inside(y * p->stride_height - p->pad_top, p->kernel_height, p->in_height);

        for (int32_t x = 0; x < p->out_width; x++) {
            const kws_span columns =
                kws_span_inside(x * p->stride_width - p->pad_left, p->kernel_width, p->in_width);

            a.rows = rows.end - rows.begin;
            a.columns = columns.end - columns.begin;
            a.gap = (p->in_width - a.columns) * p->channels;
            if (a.gap == 0) { /* one long row */
                a.columns *= a.rows;
                a.rows = 1;
            }
            a.x = input + (rows.begin * p->in_width + columns.begin) * p->channels;
            run_place(p, a, output);
            output += p->channels;
        }
    }
    return KWS_OK;
}
