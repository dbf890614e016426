package org.flatgaze.accel.schedule;

/**
 * Computes parts of a program, as {@link SchedulePlan#execute} asks for them: what is timed is what runs.
 *
 * <p>A unit is a segment of neighbouring output columns of one output row, all output channels; unit u of a layer is
 * row {@code u / segments}, segment {@code u % segments} (see {@link org.flatgaze.accel.cost.WorkUnits}). Units come in
 * order, each once, and a layer only after all units of the layers before it.
 */
@FunctionalInterface
public interface UnitRunner {

    /**
     * Computes units of a layer.
     *
     * @param layer index into the program's layer table
     * @param fromUnit first unit
     * @param toUnit end of the units
     */
    void run(int layer, int fromUnit, int toUnit);
}
