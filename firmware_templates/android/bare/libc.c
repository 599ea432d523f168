/* Names of Android's libc.so to link against, where the NDK is not at hand. Never packed or run. */
void free(void);
void getauxval(void);
void memcpy(void);
void memmove(void);
void memset(void);
void posix_memalign(void);

void free(void)
{
}

void getauxval(void)
{
}

void memcpy(void)
{
}

void memmove(void)
{
}

void memset(void)
{
}

void posix_memalign(void)
{
}
