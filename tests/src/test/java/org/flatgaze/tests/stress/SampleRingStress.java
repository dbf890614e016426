package org.flatgaze.tests.stress;

import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.loop.SampleRing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A full ring of two (1, 2) gets a third sample while the consumer takes one. Result: samples dropped, the sample taken (a
 * mixture of two is negative), and what is left, oldest first, as digits.
 */
@JCStressTest
@Outcome(id = "0, 1, 23", expect = Expect.ACCEPTABLE, desc = "The consumer was first: nothing is dropped.")
@Outcome(
        id = "1, 2, 3",
        expect = Expect.ACCEPTABLE,
        desc = "The producer was first: the oldest is dropped and counted.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A sample torn, doubled, lost without count, or counted and delivered.")
@State
public class SampleRingStress {

    private final SampleRing ring = new SampleRing(2);
    private final GazeSample offered = new GazeSample();
    private final GazeSample polled = new GazeSample();

    public SampleRingStress() {
        offered.clear();
        ring.offer(Samples.numbered(offered, 1));
        ring.offer(Samples.numbered(offered, 2));
    }

    @Actor
    public void producer() {
        ring.offerDroppingOldest(Samples.numbered(offered, 3));
    }

    @Actor
    public void consumer(III_Result r) {
        r.r2 = ring.poll(polled) ? Samples.number(polled) : 0;
    }

    @Arbiter
    public void drain(III_Result r) {
        r.r1 = (int) ring.dropped();
        while (ring.poll(polled)) {
            r.r3 = r.r3 * 10 + Samples.number(polled);
        }
    }
}
