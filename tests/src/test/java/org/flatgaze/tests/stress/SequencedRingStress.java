package org.flatgaze.tests.stress;

import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.loop.SequencedRing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two threads put the samples 1 and 2 under their indices while the consumer polls twice. Result: what the polls gave (0
 * nothing), then what is left at the end, as digits.
 */
@JCStressTest
@Outcome(id = "0, 0, 12", expect = Expect.ACCEPTABLE, desc = "Neither was there yet, or the first was missing.")
@Outcome(
        id = {"1, 0, 2", "0, 1, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "The first in order came first.")
@Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "Both, in order.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Out of order, torn, doubled or lost.")
@State
public class SequencedRingStress {

    private final SequencedRing ring = new SequencedRing(2);
    private final GazeSample first = Samples.numbered(new GazeSample(), 1);
    private final GazeSample second = Samples.numbered(new GazeSample(), 2);
    private final GazeSample polled = new GazeSample();

    @Actor
    public void producerOfTheFirst() {
        ring.put(0, first);
    }

    @Actor
    public void producerOfTheSecond() {
        ring.put(1, second);
    }

    @Actor
    public void consumer(III_Result r) {
        r.r1 = ring.poll(polled) ? Samples.number(polled) : 0;
        r.r2 = ring.poll(polled) ? Samples.number(polled) : 0;
    }

    @Arbiter
    public void drain(III_Result r) {
        while (ring.poll(polled)) {
            r.r3 = r.r3 * 10 + Samples.number(polled);
        }
    }
}
