package org.flatgaze.runtime.bench;

import org.flatgaze.runtime.broker.ChildException;
import org.flatgaze.runtime.publish.SampleSource;

/** Where the samples of the runs go, one run after the other; one publish thread serves them all. */
interface Outlet extends AutoCloseable {

    /** Takes samples from {@code source} from now on and tells {@code recorder} of each that was handed over. */
    void begin(SampleSource source, RunRecorder recorder);

    /** Takes no more samples from the source of {@link #begin}. */
    void end();

    /** There is a sample; any thread, allocates nothing. */
    void wake();

    /** Samples taken from the source since {@link #begin}. Any thread. */
    long taken();

    /** Samples among {@link #taken()} that were thrown away instead of handed over. Any thread. */
    long dropped();

    /** Throws if the other end is gone for good. */
    void failIfDead() throws ChildException;

    /** One line for reports. */
    String description();

    @Override
    void close();
}
