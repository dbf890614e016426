package org.flatgaze.accel.shiftadd.cost;

/**
 * Silicon one processing element takes, by what it does; any unit, the same for all and for the budget.
 *
 * @param multiply multiplier with accumulator
 * @param shift shifter with accumulator
 * @param add adder with accumulator
 */
public record ChunkAreas(double multiply, double shift, double add) {

    public ChunkAreas {
        if (!(multiply > 0 && shift > 0 && add > 0)) {
            throw new IllegalArgumentException("areas multiply=" + multiply + " shift=" + shift + " add=" + add
                    + ": expected all > 0; the table of energies may have no areas");
        }
    }

    /** Elements with operands of one table and an accumulator of another. */
    public static ChunkAreas of(UnitEnergies operands, UnitEnergies accumulator) {
        double sum = accumulator.addArea();
        return new ChunkAreas(
                nonZero(operands.multiplyArea(), sum),
                nonZero(operands.shiftArea(), sum),
                nonZero(operands.addArea(), sum));
    }

    /** 45 nm: 8-bit operands, 32-bit sums; 419, 171 and 173 square micrometres. */
    public static ChunkAreas standard() {
        return of(UnitEnergies.named("45nm-int8"), UnitEnergies.named("45nm-int32"));
    }

    private static double nonZero(double operand, double sum) {
        return operand > 0 && sum > 0 ? operand + sum : 0;
    }
}
