package org.flatgaze.tests.stress;

import org.flatgaze.runtime.loop.LatestFrameSlots;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two frames are published while two readers look once each. Result: what each look gave (0 nothing; first byte x 10 + last
 * byte, negative where number or sequence say something else), then frames taken + frames replaced + frames left.
 */
@JCStressTest
@Outcome(id = "0, 0, 2", expect = Expect.ACCEPTABLE, desc = "Both looked too early.")
@Outcome(
        id = {"0, 11, 2", "11, 0, 2", "0, 22, 2", "22, 0, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "One of them got a frame.")
@Outcome(
        id = {"11, 22, 2", "22, 11, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "Each got a frame of its own.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A torn, shared or uncounted frame.")
@State
public class LatestFrameSlotsReadersStress {

    private final LatestFrameSlots slots = NumberedFrames.slots(2);

    @Actor
    public void writer() {
        NumberedFrames.write(slots, 1);
        NumberedFrames.write(slots, 2);
    }

    @Actor
    public void first(III_Result r) {
        r.r1 = NumberedFrames.look(slots.reader(0));
    }

    @Actor
    public void second(III_Result r) {
        r.r2 = NumberedFrames.look(slots.reader(1));
    }

    @Arbiter
    public void account(III_Result r) {
        int taken = (r.r1 == 0 ? 0 : 1) + (r.r2 == 0 ? 0 : 1);
        r.r3 = taken + (int) slots.overwritten() + (slots.hasFresh() ? 1 : 0);
    }
}
