package org.flatgaze.runtime.os;

/**
 * The system calls behind {@link SystemTuning}; a stand-in takes their place in tests.
 *
 * <p>Every call answers 0 or more when it worked and the negative error number when not. Those on threads are about the
 * calling thread.
 */
interface SystemCalls {

    /** sched_setaffinity: bit {@code n % 64} of word {@code n / 64} stands for core n. */
    int setAffinity(long[] mask);

    /** sched_getaffinity into {@code mask}. */
    int getAffinity(long[] mask);

    /** mlockall. */
    int lockAllMemory(int flags);

    /** sched_setscheduler. */
    int setScheduler(int policy, int priority);

    /** setpriority of the calling thread, -20..19. */
    int setNice(int value);

    /** sched_setattr with that sched_runtime and the rest as it is; -EOPNOTSUPP where the kernel takes no notice. */
    int setTurn(long nanos);

    /** prctl(PR_SET_TIMERSLACK). */
    int setTimerSlack(long nanos);
}
