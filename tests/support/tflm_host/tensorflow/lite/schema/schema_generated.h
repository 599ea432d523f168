// Stands in for TensorFlow Lite Micro in tests of generated code: only what that code names.
#ifndef STAND_IN_SCHEMA_H
#define STAND_IN_SCHEMA_H

namespace tflite {

// A file; nobody looks inside.
struct Model {
    unsigned char first;
};

inline const Model *GetModel(const void *file)
{
    return static_cast<const Model *>(file);
}

} // namespace tflite

#endif // STAND_IN_SCHEMA_H
