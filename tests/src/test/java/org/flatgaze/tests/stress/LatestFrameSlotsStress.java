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
 * Two frames are published while the reader looks twice. Result: what each look gave (0 nothing; first byte x 10 + last
 * byte, so a mixture of two frames is 12 or 21), then frames taken + frames replaced + frames left.
 */
@JCStressTest
@Outcome(id = "0, 0, 2", expect = Expect.ACCEPTABLE, desc = "Looked too early.")
@Outcome(
        id = {"0, 11, 2", "0, 22, 2", "11, 0, 2", "22, 0, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "One whole frame.")
@Outcome(id = "11, 22, 2", expect = Expect.ACCEPTABLE, desc = "Both frames, in order.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A torn, repeated, older or uncounted frame.")
@State
public class LatestFrameSlotsStress {

    private final LatestFrameSlots slots = NumberedFrames.slots(1);
    private int taken;

    @Actor
    public void writer() {
        NumberedFrames.write(slots, 1);
        NumberedFrames.write(slots, 2);
    }

    @Actor
    public void reader(III_Result r) {
        r.r1 = look();
        r.r2 = look();
    }

    private int look() {
        int seen = NumberedFrames.look(slots.reader(0));
        taken += seen == 0 ? 0 : 1;
        return seen;
    }

    @Arbiter
    public void account(III_Result r) {
        r.r3 = taken + (int) slots.overwritten() + (slots.hasFresh() ? 1 : 0);
    }
}
