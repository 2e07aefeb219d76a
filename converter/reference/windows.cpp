// SPDX-License-Identifier: MIT
// Convolutions, pools and BatchNormalization, of any number of spatial axes.
#include <cmath>
#include <limits>

#include "reference/ops.h"
#include "reference/shapes_windows.h"

namespace tidegate::reference {
namespace {

using Ranges = std::vector<WindowRange<std::int64_t>>;

Dims extents_of(const Ranges& windows) {
    Dims dims;
    for (const auto& window : windows) { dims.push_back(window.extent); }
    return dims;
}
Dims kernel_of(const Ranges& windows) {
    Dims dims;
    for (const auto& window : windows) { dims.push_back(window.kernel); }
    return dims;
}
Dims spatial(const Tensor& x) { return {x.dims.begin() + 2, x.dims.end()}; }

/// Row-major place of index; -1 outside of dims.
std::int64_t place(const Dims& index, const Dims& dims) {
    std::int64_t at = 0;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (index[i] < 0 || index[i] >= dims[i]) { return -1; }
        at = at * dims[i] + index[i];
    }
    return at;
}

/// Where element `k` of window `o` lies.
Dims element(const Dims& o, const Dims& k, const Ranges& windows) {
    Dims index(o.size());
    for (std::size_t i = 0; i < index.size(); ++i) {
        index[i] = o[i] * windows[i].stride + k[i] * windows[i].dilation - windows[i].pad;
    }
    return index;
}

/// Calls visit(index, position) for every index of dims in row-major order.
template <class Visit>
void for_each(const Dims& dims, Visit visit) {
    if (element_count(dims) == 0) { return; }
    Dims index(dims.size());
    std::int64_t position = 0;
    do { visit(index, position++); } while (next_index(index, dims));
}

double real_at(const Tensor& t, std::int64_t i) { return t.reals[static_cast<std::size_t>(i)]; }

void check_bias(const Tensor* b, std::int64_t channels) {
    if (b != nullptr && b->dims != Dims{channels}) {
        throw ShapeFault("its bias has the shape " + to_text(b->dims) + ", not " + to_text(Dims{channels}));
    }
}

/// The places in dims of all elements of window `o`, -1 outside.
std::vector<std::int64_t> places_of(const Dims& o, const Ranges& windows, const Dims& dims) {
    std::vector<std::int64_t> places;
    for_each(kernel_of(windows),
             [&](const Dims& k, std::int64_t) { places.push_back(place(element(o, k, windows), dims)); });
    return places;
}

/// A convolution's channels: `in` and `out` of each group, and where the kernel from input c to output m of group g is.
struct Channels {
    std::int64_t groups, in, out;
    bool transposed;

    std::int64_t kernel(std::int64_t g, std::int64_t m, std::int64_t c) const {
        return transposed ? (g * in + c) * out + m : (g * out + m) * in + c;
    }
};

/// Calls visit(x's plane, the kernel, y's plane) for all pairs of an input and an output channel.
template <class Visit>
void for_each_pair(const Channels& channels, std::int64_t batch, Visit visit) {
    for (std::int64_t n = 0; n < batch * channels.groups; ++n) {
        const std::int64_t g = n % channels.groups;
        for (std::int64_t m = 0; m < channels.out; ++m) {
            for (std::int64_t c = 0; c < channels.in; ++c) {
                visit(n * channels.in + c, channels.kernel(g, m, c), n * channels.out + m);
            }
        }
    }
}

/// Every window of x adds to one y; transposed, every x adds to all places of its window in y.
Tensor convolution(const Tensor& x, const Tensor& w, const Tensor* b, const Ranges& windows, const Channels& channels) {
    const std::int64_t outputs = channels.groups * channels.out;
    check_bias(b, outputs);
    Tensor y = allocate(ElementType::f32, windowed_dims(x.dims, outputs, windows));
    const Dims x_dims = spatial(x), y_dims = extents_of(windows);
    const std::int64_t x_size = element_count(x_dims), y_size = element_count(y_dims);
    const std::int64_t taps = element_count(kernel_of(windows));
    for (std::size_t i = 0; b != nullptr && i < y.reals.size(); ++i) {
        y.reals[i] = real_at(*b, static_cast<std::int64_t>(i) / y_size % outputs);
    }
    for_each(channels.transposed ? x_dims : y_dims, [&](const Dims& index, std::int64_t at) {
        const auto places = places_of(index, windows, channels.transposed ? y_dims : x_dims);
        for_each_pair(channels, x.dims[0], [&](std::int64_t from, std::int64_t kernel, std::int64_t to) {
            const double* values = x.reals.data() + from * x_size;
            const double* weights = w.reals.data() + kernel * taps;
            double* sums = y.reals.data() + to * y_size;
            for (std::int64_t k = 0; k < taps; ++k) {
                const std::int64_t other = places[static_cast<std::size_t>(k)];
                if (other < 0) { continue; }
                sums[channels.transposed ? other : at] += weights[k] * values[channels.transposed ? at : other];
            }
        });
    });
    return y;
}

}  // namespace

Tensor conv(const Conv& op, const Tensor& x, const Tensor& w, const Tensor* b) {
    return convolution(x, w, b, conv_windows(op, x.dims, w.dims), {op.group, w.dims[1], w.dims[0] / op.group, false});
}

Tensor conv_transpose(const ConvTranspose& op, const Tensor& x, const Tensor& w, const Tensor* b) {
    return convolution(x, w, b, conv_transpose_windows(op, x.dims, w.dims),
                       {op.group, w.dims[0] / op.group, w.dims[1], true});
}

namespace {

/// Where an index lies if the first axis moves fastest.
std::int64_t column_major_place(const Dims& index, const Dims& dims) {
    return place(Dims(index.rbegin(), index.rend()), Dims(dims.rbegin(), dims.rend()));
}

/// One window of a pool on its way.
struct Pooled {
    double sum = 0, largest = -std::numeric_limits<double>::infinity();
    std::int64_t count = 0, where = -1;

    void take(double value, std::int64_t at) {
        sum += value;
        if (where >= 0 && !std::isnan(value) && !(value > largest)) { return; }
        largest = value;
        where = at;
    }
};

}  // namespace

std::vector<Tensor> pool(const Pool& op, const Tensor& x) {
    const Ranges windows = pool_windows(op, x.dims);
    Tensor y = allocate(x.type, windowed_dims(x.dims, x.dims[1], windows));
    Tensor places = allocate(ElementType::i64, y.dims);
    const Dims x_dims = spatial(x), kernel = kernel_of(windows);
    Dims padded;
    for (std::size_t i = 0; i < x_dims.size(); ++i) {
        padded.push_back(x_dims[i] + windows[i].pad + windows[i].pad_end);
    }
    const std::int64_t x_size = element_count(x_dims), y_size = element_count(extents_of(windows));
    for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
        for_each(extents_of(windows), [&](const Dims& o, std::int64_t to) {
            Pooled window;
            for_each(kernel, [&](const Dims& k, std::int64_t) {
                Dims index = element(o, k, windows);
                const std::int64_t from = place(index, x_dims);
                const std::int64_t named = op.column_major && from >= 0 ? column_major_place(index, x_dims) : from;
                for (std::size_t i = 0; i < index.size(); ++i) { index[i] += windows[i].pad; }
                window.count += op.count_padding ? place(index, padded) >= 0 : from >= 0;
                if (from < 0) { return; }
                const auto at = static_cast<std::size_t>(plane * x_size + from);
                window.take(x.is_real() ? x.reals[at] : static_cast<double>(x.integers[at]), plane * x_size + named);
            });
            const bool maximum = op.kind == PoolKind::maximum;
            const double result = maximum ? window.largest : window.sum / static_cast<double>(window.count);
            const auto at = static_cast<std::size_t>(plane * y_size + to);
            x.is_real() ? void(y.reals[at] = result) : void(y.integers[at] = static_cast<std::int64_t>(result));
            places.integers[at] = window.where;
        });
    }
    if (op.kind == PoolKind::average) { return {y}; }
    return {y, places};
}

Tensor batch_normalization(const BatchNormalization& op, const Operands& in) {
    Tensor y = in.real(0);
    if (y.dims.size() < 2) { throw ShapeFault("its input " + to_text(y.dims) + " has no axis of channels"); }
    const std::int64_t channels = y.dims[1];
    for (std::size_t i = 1; i < 5; ++i) { check_bias(&in.real(i), channels); }
    const auto inner = static_cast<std::size_t>(element_count(spatial(y)));
    for (std::size_t i = 0; i < y.reals.size(); ++i) {
        const auto c = static_cast<std::int64_t>(i / inner) % channels;
        y.reals[i] = real_at(in.real(1), c) * (y.reals[i] - real_at(in.real(3), c)) /
                         std::sqrt(real_at(in.real(4), c) + op.epsilon) +
                     real_at(in.real(2), c);
    }
    return y;
}

}  // namespace tidegate::reference
