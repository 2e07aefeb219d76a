// SPDX-License-Identifier: MIT
// What the session keeps of earlier steps, and how many there were.
#include <algorithm>
#include <numeric>

#include "graph/text.h"
#include "stream/steps.h"

namespace tidegate {
namespace {

constexpr double kEnough = 0x1p23;  // steps: no warm-up is that long

Tensor one(double value) { return Tensor::of({1}, {value}); }

bool is_zero_everywhere(const Tensor& tensor) {
    return std::ranges::all_of(tensor.reals, [](double x) { return x == 0; }) &&
           std::ranges::all_of(tensor.integers, [](std::int64_t x) { return x == 0; });
}

/// As a state keeps it.
Tensor as_reals(Tensor tensor) {
    if (tensor.is_real()) { return tensor; }
    return Tensor::of(tensor.dims, std::vector<double>(tensor.integers.begin(), tensor.integers.end()));
}

bool holds_in_f32(ElementType type) {
    return type == ElementType::f32 || type == ElementType::boolean || type == ElementType::u8 ||
           type == ElementType::i8;
}

}  // namespace

ValueId Steps::history(ValueId data, const Time& time, const Extents& whole, ElementType type, std::int64_t n) {
    if (n == 0) { return data; }
    if (!time.is_plain()) {
        refuse("it looks back along an axis that merges " + in_quotes(axis_name()) +
               " with another one; keep them apart");
    }
    if (!holds_in_f32(type)) {
        refuse("it needs earlier elements of type " + std::string(name_of(type)) +
               ", and only f32 can live in the session; convert them with Cast before");
    }
    Extents kept = whole;
    kept[time.axis] = n;
    if (!kept.are_constant()) {
        refuse("what the session keeps cannot change its shape " + to_text(kept) + ": " + how_to_bind(kept));
    }
    const Dims dims = kept.constants();
    if (element_count(dims) > (std::int64_t{1} << 26)) { refuse("it looks back at too many elements"); }
    Tensor first = lead_part(time, dims, type, time.shift - n, n);
    const bool zero = is_zero_everywhere(first);
    const ValueId before = state(node_->name + ".history", dims,
                                 zero ? nullptr : std::make_shared<const Tensor>(as_reals(std::move(first))), true);
    const bool is_real = type == ElementType::f32;
    const ValueId now = is_real ? data : made(Cast{ElementType::f32}, {data}, "reals");
    const auto axis = static_cast<std::int64_t>(time.axis);
    const std::int64_t now_has = per_run(time);
    const ValueId all = made(Concat{axis}, {before, now}, "with_history");
    set_next(before, made(Slice{}, {all, list({now_has}), list({now_has + n}), list({axis})}, "next_history"));
    ++histories_;
    waiting_ += element_count(dims);
    return is_real ? all : made(Cast{type}, {all}, "as_before");
}

ValueId Steps::delayed(ValueId data, const Time& time, const Extents& whole, ElementType type, std::int64_t shift) {
    if (time.shift == shift) { return data; }
    const ValueId all = history(data, time, whole, type, time.shift - shift);
    const auto axis = static_cast<std::int64_t>(time.axis);
    return made(Slice{}, {all, list({0}), list({per_run(time)}), list({axis})}, "delayed");
}

ValueId Steps::delayed(ValueId id, std::int64_t shift) {
    const auto [entry, is_new] = delays_.try_emplace({id, shift}, kNone);
    if (is_new) { entry->second = delayed(id, time(id), dims(id), type(id), shift); }
    return entry->second;
}

ValueId Steps::steps_so_far() {
    if (counter_ == kNone) { counter_ = state("stream.steps", {1}, nullptr, true); }
    return counter_;
}

ValueId Steps::warmed(ValueId data, const Time& time, std::size_t rank, const Tensor& fill) {
    if (time.shift >= 0) { return data; }
    const std::int64_t count = per_run(time);
    std::vector<double> counted;
    for (std::int64_t i = 0; i < count; ++i) { counted.push_back(static_cast<double>(i * time.every)); }
    const ValueId steps =
        made(Binary{BinaryKind::add}, {steps_so_far(), constant_of(Tensor::of({count}, counted))}, "step");
    const ValueId first = constant_of(one(static_cast<double>(-time.shift * time.every)));
    const ValueId begun = made(Binary{BinaryKind::less_or_equal}, {first, steps}, "begun");
    Extents shape(rank, Extent(1));
    shape[time.axis] = count;
    const ValueId mask = made(Reshape{}, {begun, list(shape)}, "mask");
    return made(Select{}, {mask, data, constant_of(fill)}, "warmed");
}

ValueId Steps::padded(ValueId data, Time& time, const Extents& whole, ElementType type, std::int64_t n,
                      const Tensor& fill) {
    if (n == 0) { return data; }
    if (!time.is_plain()) {
        refuse("it pads an axis that merges " + in_quotes(axis_name()) + " with another one; keep them apart");
    }
    const ValueId result = warmed(data, time, whole.size(), fill);
    const std::int64_t shift = time.shift + n;
    if (shift > 0) {
        Extents lead = whole;
        lead[time.axis] = shift;
        if (!lead.are_constant()) { refuse("its padding cannot change its shape: " + how_to_bind(lead)); }
        Time before = time;
        before.shift = std::max<std::int64_t>(time.shift, 0);
        Tensor made = lead_part(before, lead.constants(), type, -(shift - before.shift), shift);
        // The elements before those that were there are the fill.
        Dims front = lead.constants();
        const auto axis = static_cast<std::ptrdiff_t>(time.axis);
        const std::int64_t rows = element_count(Dims(front.begin(), front.begin() + axis));
        const std::int64_t each = element_count(Dims(front.begin() + axis + 1, front.end()));
        for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t i = 0; i < (shift - before.shift) * each; ++i) {
                const auto at = static_cast<std::size_t>(row * shift * each + i);
                if (made.is_real()) {
                    made.reals[at] = fill.reals[0];
                } else {
                    made.integers[at] = fill.integers[0];
                }
            }
        }
        time.lead = std::make_shared<const Tensor>(std::move(made));
    }
    time.shift = shift;
    time.extra += n;
    time.position.reset();
    return result;
}

ValueId Steps::had(std::int64_t n, const Time& time) {
    const std::int64_t first_steps = n * time.every;
    if (first_steps % chunk() != 0) {
        refuse("its first " + std::to_string(first_steps) + " steps are a warm-up, which is no multiple of the " +
               std::to_string(chunk()) + " steps of a run: stream it in steps of " + std::to_string(time.every) +
               " or " + std::to_string(first_steps));
    }
    const ValueId first = constant_of(one(static_cast<double>(first_steps)));
    return made(Binary{BinaryKind::less_or_equal}, {first, steps_so_far()}, "begun");
}

ValueId Steps::positions(std::int64_t offset, bool real) {
    if (position_ == kNone) { position_ = state("stream.position", {1}, nullptr, true); }
    std::vector<double> counted(static_cast<std::size_t>(chunk()));
    std::iota(counted.begin(), counted.end(), static_cast<double>(offset));
    const ValueId numbers =
        made(Binary{BinaryKind::add}, {position_, constant_of(Tensor::of({chunk()}, counted))}, "position");
    return real ? numbers : made(Cast{ElementType::i64}, {numbers}, "index");
}

/// A counter that stands still when it is large enough, and a position that spoils the step that would be beyond its
/// limit: the session refuses or resets, as its policy says.
void Steps::finish_counters() {
    const Node counters{"stream", Identity{}, {}, {}};
    node_ = &counters;
    const auto advanced = [&](ValueId state, const char* what) {
        return made(Binary{BinaryKind::add}, {state, constant_of(one(static_cast<double>(chunk())))}, what);
    };
    if (counter_ != kNone) {
        set_next(counter_, made(Binary{BinaryKind::minimum},
                                {advanced(counter_, "steps.sum"), constant_of(one(kEnough))}, "steps.next"));
    }
    if (position_ == kNone) { return; }
    stream_.most = position_limit_;
    const ValueId next = advanced(position_, "position.sum");
    const ValueId limit = constant_of(one(static_cast<double>(position_limit_)));
    const ValueId fits = made(Binary{BinaryKind::less_or_equal}, {next, limit}, "position.fits");
    const ValueId none = constant_of(one(0x1p100));
    set_next(position_, made(Select{}, {fits, next, none}, "position.next"));
    graph_.notes.push_back("the stream has at most " + std::to_string(position_limit_) + " steps" +
                           (position_limit_ < (std::int64_t{1} << 24) ? ", as its table of positions has" : "") +
                           ": the step after them begins it anew, with the status TG_STATE_RESET");
}

}  // namespace tidegate
