__thread int warm = 1;
int* warm_address(void) { return &warm; }
