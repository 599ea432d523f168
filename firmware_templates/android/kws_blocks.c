/* Counts the memory that the JNI library takes and gives back. Hand-written; never generated.
 *
 * For `make sanitized` only, which links it with -Wl,--wrap=posix_memalign,--wrap=free: the leak
 * sanitizer cannot look into a Java machine.
 */
#include <stdio.h>
#include <stdlib.h>

static long blocks;

int __real_posix_memalign(void **memory, size_t alignment, size_t bytes);
void __real_free(void *memory);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t bytes);
void __wrap_free(void *memory);

int __wrap_posix_memalign(void **memory, size_t alignment, size_t bytes)
{
    (void)__atomic_add_fetch(&blocks, 1, __ATOMIC_RELAXED);
    return __real_posix_memalign(memory, alignment, bytes);
}

void __wrap_free(void *memory)
{
    (void)__atomic_sub_fetch(&blocks, 1, __ATOMIC_RELAXED);
    __real_free(memory);
}

__attribute__((destructor)) static void tell(void)
{
    (void)fprintf(stderr, "blocks not given back: %ld\n", blocks);
}
