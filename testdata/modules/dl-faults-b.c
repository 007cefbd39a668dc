int faults_b_value = 20;
int faults_b(void) { return faults_b_value; }
