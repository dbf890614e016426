package org.flatgaze.tests.stress;

import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
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

    private final LatestFrameSlots slots = new LatestFrameSlots(new SensorFormat(16, 2, 8, Packing.U8), 1);
    private int taken;

    @Actor
    public void writer() {
        write(1);
        write(2);
    }

    private void write(int number) {
        SensorFrame frame = slots.back();
        byte[] data = frame.data();
        data[0] = (byte) number;
        frame.stamp(number, number, 0);
        data[data.length - 1] = (byte) number;
        slots.publish();
    }

    @Actor
    public void reader(III_Result r) {
        r.r1 = look();
        r.r2 = look();
    }

    private int look() {
        if (!slots.reader(0).takeNewest()) {
            return 0;
        }
        taken++;
        SensorFrame frame = slots.reader(0).front();
        byte[] data = frame.data();
        int seen = data[0] * 10 + data[data.length - 1];
        return frame.sequence() == data[0] ? seen : -seen;
    }

    @Arbiter
    public void account(III_Result r) {
        r.r3 = taken + (int) slots.overwritten() + (slots.hasFresh() ? 1 : 0);
    }
}
