// Stands in for TensorFlow Lite Micro: a resolver that keeps the names of what it was given.
#ifndef STAND_IN_RESOLVER_H
#define STAND_IN_RESOLVER_H

#include "tensorflow/lite/micro/micro_interpreter.h"

namespace tflite {

struct TFLMRegistration {
    const char *name;
};

#define STAND_IN_INT8(op)                                                                          \
    inline TFLMRegistration Register_##op##_INT8()                                                 \
    {                                                                                              \
        return {#op "_INT8"};                                                                      \
    }

STAND_IN_INT8(ADD)
STAND_IN_INT8(AVERAGE_POOL_2D)
STAND_IN_INT8(CONV_2D)
STAND_IN_INT8(DEPTHWISE_CONV_2D)
STAND_IN_INT8(FULLY_CONNECTED)
STAND_IN_INT8(MAX_POOL_2D)
STAND_IN_INT8(MUL)
STAND_IN_INT8(PAD)
STAND_IN_INT8(SOFTMAX)
STAND_IN_INT8(SVDF)

template <unsigned int tOpCount> class MicroMutableOpResolver : public MicroOpResolver {
public:
#define STAND_IN_ADD(add, op)                                                                      \
    TfLiteStatus Add##add(const TFLMRegistration &registration = {#op})                            \
    {                                                                                              \
        return keep(registration.name);                                                            \
    }

    STAND_IN_ADD(Add, ADD)
    STAND_IN_ADD(AveragePool2D, AVERAGE_POOL_2D)
    STAND_IN_ADD(Concatenation, CONCATENATION)
    STAND_IN_ADD(Conv2D, CONV_2D)
    STAND_IN_ADD(DepthwiseConv2D, DEPTHWISE_CONV_2D)
    STAND_IN_ADD(ExpandDims, EXPAND_DIMS)
    STAND_IN_ADD(FullyConnected, FULLY_CONNECTED)
    STAND_IN_ADD(HardSwish, HARD_SWISH)
    STAND_IN_ADD(LeakyRelu, LEAKY_RELU)
    STAND_IN_ADD(Logistic, LOGISTIC)
    STAND_IN_ADD(MaxPool2D, MAX_POOL_2D)
    STAND_IN_ADD(Mean, MEAN)
    STAND_IN_ADD(Mul, MUL)
    STAND_IN_ADD(Pack, PACK)
    STAND_IN_ADD(Pad, PAD)
    STAND_IN_ADD(PadV2, PADV2)
    STAND_IN_ADD(Quantize, QUANTIZE)
    STAND_IN_ADD(ReduceMax, REDUCE_MAX)
    STAND_IN_ADD(Relu, RELU)
    STAND_IN_ADD(Relu6, RELU6)
    STAND_IN_ADD(Reshape, RESHAPE)
    STAND_IN_ADD(ResizeBilinear, RESIZE_BILINEAR)
    STAND_IN_ADD(Shape, SHAPE)
    STAND_IN_ADD(Slice, SLICE)
    STAND_IN_ADD(Softmax, SOFTMAX)
    STAND_IN_ADD(Split, SPLIT)
    STAND_IN_ADD(SplitV, SPLIT_V)
    STAND_IN_ADD(Squeeze, SQUEEZE)
    STAND_IN_ADD(StridedSlice, STRIDED_SLICE)
    STAND_IN_ADD(Sub, SUB)
    STAND_IN_ADD(Sum, SUM)
    STAND_IN_ADD(Svdf, SVDF)
    STAND_IN_ADD(Tanh, TANH)
    STAND_IN_ADD(Transpose, TRANSPOSE)
    STAND_IN_ADD(Unpack, UNPACK)

    unsigned int size() const override
    {
        return count_;
    }

    const char *name(unsigned int index) const override
    {
        return names_[index];
    }

private:
    TfLiteStatus keep(const char *name)
    {
        if (count_ == tOpCount) {
            return kTfLiteError;
        }
        names_[count_++] = name;
        return kTfLiteOk;
    }

    const char *names_[tOpCount] = {};
    unsigned int count_ = 0;
};

} // namespace tflite

#endif // STAND_IN_RESOLVER_H
