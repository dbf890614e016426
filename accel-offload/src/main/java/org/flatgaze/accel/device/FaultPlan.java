package org.flatgaze.accel.device;

import java.util.List;
import java.util.Random;

/** When a {@link SimulatedDevice} misbehaves. Asked on the device's thread. */
public interface FaultPlan {

    /**
     * Asked at every occasion.
     *
     * @param possible what could go wrong here
     * @return one of them, or null to behave
     */
    DeviceFault next(List<DeviceFault> possible);

    /** Never misbehaves. */
    static FaultPlan none() {
        return possible -> null;
    }

    /**
     * Misbehaves at random.
     *
     * @param rate share of the occasions, 0..1
     */
    static FaultPlan random(long seed, double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("rate=" + rate + ": expected 0..1");
        }
        Random random = new Random(seed);
        return possible -> random.nextDouble() < rate ? possible.get(random.nextInt(possible.size())) : null;
    }
}
