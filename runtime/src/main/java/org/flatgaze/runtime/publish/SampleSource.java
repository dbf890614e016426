package org.flatgaze.runtime.publish;

import java.util.concurrent.locks.LockSupport;
import org.flatgaze.pipeline.GazeSample;

/** Where the publish thread gets its samples from, oldest first. */
@FunctionalInterface
public interface SampleSource {

    /**
     * Copies the oldest sample into {@code into} and takes it out; never blocks, allocates nothing.
     *
     * @return false when there is none; {@code into} is untouched then
     */
    boolean poll(GazeSample into);

    /**
     * Waits until there may be a sample, at most {@code nanos}; may return early. The default just parks: with
     * {@link GazePublisher#wake()} after each sample the publish thread comes at once.
     */
    default void awaitSample(long nanos) {
        LockSupport.parkNanos(this, nanos);
    }
}
