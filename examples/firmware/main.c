/* SPDX-License-Identifier: MIT
 *
 * A day of hourly samples in, 24 hours of PM2.5 out, on a board or on the host: the same source, the same bits.
 */
#include <string.h>

#include "air_quality.h" /* tidegate-convert --emit-c */
#include "board.h"
#include "day.h" /* day.cmake */
#include "tidegate/forecast.h"

enum { kHours = 24, kQuantiles = 3 };

TG_ALIGNED static unsigned char arena[AIR_QUALITY_FORECASTER_ARENA_BYTES];

static void say(const char* text) {
    const char* end = text;
    while (*end != 0) ++end;
    board_write(text, (uint32_t)(end - text));
}

/* `value` to the base, at least `width` characters wide, filled on the left. */
static void say_number(uint32_t value, uint32_t base, uint32_t width, char fill) {
    char text[16];
    uint32_t at = sizeof text;
    do {
        text[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (sizeof text - at < width) text[--at] = fill;
    board_write(text + at, (uint32_t)(sizeof text - at));
}

/* A concentration, which is not negative, with one decimal; behind the line its bits. */
static void say_tenths(float value) {
    const uint32_t tenths = value > 0 ? (uint32_t)(value * 10 + 0.5f) : 0;
    say_number(tenths / 10, 10, 7, ' ');
    say(".");
    say_number(tenths % 10, 10, 1, '0');
}

static void say_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    say("  ");
    say_number(bits, 16, 8, '0');
}

static tg_status forecast(float* quantiles) {
    tg_model model;
    tg_status status = tg_open_with(air_quality_tide, AIR_QUALITY_TIDE_BYTES, &air_quality_operators, &model);
    if (status != TG_OK) { return status; }
    tg_forecaster* forecaster;
    status = tg_forecaster_start(&model, arena, sizeof arena, NULL, &forecaster);
    for (int hour = 0; hour < DAY_SAMPLES && status == TG_OK; ++hour) {
        status = tg_forecaster_push(forecaster, DAY_BEGIN + 3600 * (int64_t)hour, day[hour]);
    }
    return status == TG_OK ? tg_forecaster_read(forecaster, quantiles) : status;
}

int main(void) {
    static float quantiles[kHours][kQuantiles];
    board_paint_stack();
    const tg_status status = forecast(quantiles[0]);
    const uint32_t stack = board_stack_used();
    if (status != TG_OK) {
        say("refused: tg_status "); /* its text would take 2 KB */
        say_number((uint32_t)status, 10, 1, ' ');
        say("\n");
        return 1;
    }
    say("PM2.5 in ug/m3 after " DAY_TEXT "\nhour      10 %      50 %      90 %  the same in bits\n");
    for (uint32_t hour = 0; hour < kHours; ++hour) {
        say("+");
        say_number(hour + 1, 10, 2, '0');
        for (int q = 0; q < kQuantiles; ++q) say_tenths(quantiles[hour][q]);
        for (int q = 0; q < kQuantiles; ++q) say_bits(quantiles[hour][q]);
        say("\n");
    }
    if (stack > 0) {
        say("stack: ");
        say_number(stack, 10, 1, ' ');
        say(" bytes at the deepest\n");
    }
    return 0;
}
