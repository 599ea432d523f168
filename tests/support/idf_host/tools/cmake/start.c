/* What a chip does after reset. */
void app_main(void);

int main(void)
{
    app_main();
    return 0;
}
