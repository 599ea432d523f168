// Stands in for TensorFlow Lite Micro: an interpreter with one input and one output, whose answers
// stand in canned.h. A test writes that file beside this one.
#ifndef STAND_IN_INTERPRETER_H
#define STAND_IN_INTERPRETER_H

#include <stddef.h>
#include <stdint.h>

#include "tensorflow/lite/schema/schema_generated.h"

enum TfLiteStatus { kTfLiteOk = 0, kTfLiteError = 1 };

enum TfLiteType { kTfLiteFloat32 = 1, kTfLiteInt8 = 9 };

union TfLitePtrUnion {
    int8_t *int8;
    void *data;
};

struct TfLiteTensor {
    TfLitePtrUnion data;
    size_t bytes;
    TfLiteType type;
};

namespace tflite {

class MicroOpResolver {
public:
    virtual unsigned int size() const = 0;
    virtual const char *name(unsigned int index) const = 0;

protected:
    ~MicroOpResolver() = default;
};

class MicroInterpreter {
public:
    MicroInterpreter(const Model *model, const MicroOpResolver &resolver, uint8_t *arena,
                     size_t arena_bytes);
    ~MicroInterpreter();

    TfLiteStatus AllocateTensors();
    TfLiteStatus Invoke();
    TfLiteStatus Reset();
    TfLiteTensor *input(size_t index);
    TfLiteTensor *output(size_t index);
    size_t arena_used_bytes() const;

private:
    bool fence_stands() const;

    const Model *model_;
    const MicroOpResolver &resolver_;
    uint8_t *arena_;
    size_t arena_bytes_;
    TfLiteTensor input_;
    TfLiteTensor output_;
    size_t invoked_; // since the reset
};

} // namespace tflite

#endif // STAND_IN_INTERPRETER_H
