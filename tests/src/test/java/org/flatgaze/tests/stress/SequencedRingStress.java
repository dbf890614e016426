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
 * One thread puts sample 1 under its index while another puts sample 2 and then polls twice; two actors, so that two cores
 * are enough. Result: what the polls gave (0 nothing), then what is left at the end, as digits.
 */
@JCStressTest
@Outcome(id = "0, 0, 12", expect = Expect.ACCEPTABLE, desc = "The first was missing, so the second waits.")
@Outcome(id = "0, 1, 2", expect = Expect.ACCEPTABLE, desc = "The first came between the polls.")
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
    public void producerOfTheSecondWhoPolls(III_Result r) {
        ring.put(1, second);
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
