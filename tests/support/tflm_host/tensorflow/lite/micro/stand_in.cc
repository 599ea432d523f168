// The interpreter that stands in: it takes exactly the operators of canned.h, fills its arena and
// looks whether anybody writes there, and knows the answers to the inputs of canned.h.
#include <string.h>

#include "tensorflow/lite/micro/canned.h"
#include "tensorflow/lite/micro/micro_interpreter.h"

// canned.h has CANNED_INPUT_BYTES, CANNED_OUTPUT_BYTES, CANNED_ENTRIES, CANNED_IN_ORDER,
// CANNED_OPERATORS and the arrays canned_operators, canned_inputs, canned_outputs.

namespace {

constexpr uint8_t kFence = 0xA7;

// Objects like this one are made before main(): a start-up that forgets them is found out.
struct Made {
    Made() : value(kFence)
    {
    }

    volatile uint8_t value;
};

Made made;

} // namespace

namespace tflite {

MicroInterpreter::MicroInterpreter(const Model *model, const MicroOpResolver &resolver,
                                   uint8_t *arena, size_t arena_bytes)
    : model_(model), resolver_(resolver), arena_(arena), arena_bytes_(arena_bytes), input_(),
      output_(), invoked_(0)
{
}

MicroInterpreter::~MicroInterpreter() = default;

TfLiteStatus MicroInterpreter::AllocateTensors()
{
    if (made.value != kFence || memcmp(&model_->first + 4, "TFL3", 4) != 0 ||
        resolver_.size() != CANNED_OPERATORS ||
        arena_bytes_ < CANNED_INPUT_BYTES + CANNED_OUTPUT_BYTES) {
        return kTfLiteError;
    }
    for (unsigned int i = 0; i < CANNED_OPERATORS; i++) {
        if (strcmp(resolver_.name(i), canned_operators[i]) != 0) {
            return kTfLiteError;
        }
    }
    memset(arena_, kFence, arena_bytes_);
    input_.data.data = arena_;
    input_.bytes = CANNED_INPUT_BYTES;
    output_.data.data = arena_ + CANNED_INPUT_BYTES;
    output_.bytes = CANNED_OUTPUT_BYTES;
    input_.type = output_.type = kTfLiteInt8;
    return kTfLiteOk;
}

TfLiteStatus MicroInterpreter::Invoke()
{
    const size_t first = CANNED_IN_ORDER ? invoked_ : 0;
    const size_t end = CANNED_IN_ORDER ? invoked_ + 1 : CANNED_ENTRIES;

    if (!fence_stands()) {
        return kTfLiteError;
    }
    invoked_++;
    for (size_t i = first; i < end && i < CANNED_ENTRIES; i++) {
        if (memcmp(input_.data.int8, canned_inputs[i], CANNED_INPUT_BYTES) == 0) {
            memcpy(output_.data.int8, canned_outputs[i], CANNED_OUTPUT_BYTES);
            return kTfLiteOk;
        }
    }
    return kTfLiteError;
}

TfLiteStatus MicroInterpreter::Reset()
{
    invoked_ = 0;
    return kTfLiteOk;
}

TfLiteTensor *MicroInterpreter::input(size_t index)
{
    return index == 0 ? &input_ : nullptr;
}

TfLiteTensor *MicroInterpreter::output(size_t index)
{
    return index == 0 ? &output_ : nullptr;
}

size_t MicroInterpreter::arena_used_bytes() const
{
    return arena_bytes_;
}

bool MicroInterpreter::fence_stands() const
{
    for (size_t i = CANNED_INPUT_BYTES + CANNED_OUTPUT_BYTES; i < arena_bytes_; i++) {
        if (arena_[i] != kFence) {
            return false;
        }
    }
    return true;
}

} // namespace tflite
