// SPDX-License-Identifier: MIT
// Made by coefficients.py; lowest power first. Errors are those of the rounded coefficients in exact arithmetic.
// clang-format off
#pragma once

namespace tidegate::kernels {

/// (2^f - 1) / f on [-1/2, 1/2], relative error 1.3e-08.
constexpr float kExp2[6] = {0.6931472F, 0.24022649F, 0.055503674F, 0.009618311F, 0.0013387381F, 0.00015382143F};
/// (log(1 + f) - f + f^2 / 2) / f^3 on [sqrt(1/2) - 1, sqrt(2) - 1], error of log 7.7e-10 relative.
constexpr float kLog[9] = {0.33333313F, -0.2500001F, 0.20002072F, -0.16667989F, 0.14220358F, -0.12406234F, 0.118835494F,
    -0.116701014F, 0.06749272F};
/// sin(2 pi r) / r in powers of r^2, |r| <= 1/8, relative error 2.8e-08.
constexpr float kSine[5] = {6.2831855F, -41.34185F, 81.63909F, -79.573F, 122.88008F};
/// cos(2 pi r) in powers of r^2, |r| <= 1/8, error 4.1e-10.
constexpr float kCosine[5] = {1.0F, -19.739208F, 64.93914F, -85.42311F, 58.56019F};
/// erf(x) / x - 1 in powers of x^2, |x| <= 1, relative error of erf 1.4e-09.
constexpr float kErf[7] = {0.12837917F, -0.37612626F, 0.11283579F, -0.026853347F, 0.005187162F, -0.0007997853F,
    0.00007806904F};
/// -log(1 - erf(x)) / x on [1, 4], error of erf 1.2e-10.
constexpr float kErfc[8] = {1.1285995F, 0.63541037F, 0.105668634F, -0.023091247F, 0.0031818019F, -0.00013868169F,
    -0.00002844721F, 0.0000035578842F};
/// The bits of 2 / pi behind the point.
constexpr unsigned kTwoOverPi[8] = {0xa2f9836eU, 0x4e441529U, 0xfc2757d1U, 0xf534ddc0U, 0xdb629599U, 0x3c439041U,
    0xfe5163abU, 0xdebbc561U};

}  // namespace tidegate::kernels
