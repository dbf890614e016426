package org.flatgaze.accel.device;

import java.util.concurrent.locks.LockSupport;

/** Time for the driver; tests bring their own, in which waiting costs nothing. */
public interface DeviceClock {

    /** Nanoseconds from some fixed moment. */
    long nanoTime();

    /** Lets about {@code nanos} pass. */
    void pause(long nanos);

    /** The machine's clock. */
    DeviceClock SYSTEM = new DeviceClock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(long nanos) {
            LockSupport.parkNanos(nanos);
        }
    };
}
