package org.flatgaze.accel.shiftadd.cost;

import java.util.List;

/**
 * Arithmetic of one run of a network: every tap adds to a sum, and before that multiplies, shifts or subtracts.
 *
 * @param multiplications of activations with weights or with one another
 * @param shifts of activations by a weight's exponent
 * @param additions to a sum, and subtractions of adder layers
 */
public record OperationCount(long multiplications, long shifts, long additions) {

    /** Counts a layer table; biases, activations and rescaling are left out. */
    public static OperationCount of(List<LayerShape> layers) {
        long multiplications = 0;
        long shifts = 0;
        long additions = 0;
        for (LayerShape layer : layers) {
            long taps = layer.taps();
            additions += taps;
            switch (layer.kind()) {
                case CONV, LINEAR, MATMUL -> multiplications += taps;
                case SHIFT -> shifts += taps;
                case ADD -> additions += taps;
            }
        }
        return new OperationCount(multiplications, shifts, additions);
    }

    /** Energy of the arithmetic alone, microjoules: no memory, no control. */
    public double energyMicrojoules(UnitEnergies energies) {
        return (multiplications * energies.multiplyPj() + shifts * energies.shiftPj() + additions * energies.addPj())
                * 1e-6;
    }
}
