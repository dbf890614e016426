package org.flatgaze.runtime.os;

import java.util.Arrays;

/** A system with the cores 0, 3, 64 and 1023 that answers every request alike. */
final class FakeCalls implements SystemCalls {

    int answer;
    long[] mask = new long[0];
    int policy;
    int priority;
    int nice;
    long turn;

    @Override
    public int setAffinity(long[] newMask) {
        mask = Arrays.copyOf(newMask, newMask.length);
        return answer;
    }

    @Override
    public int getAffinity(long[] into) {
        into[0] = 0b1001;
        into[1] = 1;
        into[15] = Long.MIN_VALUE;
        return answer;
    }

    @Override
    public int lockAllMemory(int flags) {
        return answer;
    }

    @Override
    public int setScheduler(int newPolicy, int newPriority) {
        policy = newPolicy;
        priority = newPriority;
        return answer;
    }

    @Override
    public int setNice(int value) {
        nice = value;
        return answer;
    }

    @Override
    public int setTurn(long nanos) {
        turn = nanos;
        return answer;
    }

    @Override
    public int setTimerSlack(long nanos) {
        return answer;
    }
}
