/**
 * Cycles and energy before hardware exists: layer tables, the analytical mapper and device profiles.
 *
 * <p>Every figure says whether it is published, predicted or fitted. {@link org.flatgaze.accel.cost.LayerTable} is what
 * a network executes, {@link org.flatgaze.accel.cost.AcceleratorProfile} is the array it runs on,
 * {@link org.flatgaze.accel.cost.CycleModel} and {@link org.flatgaze.accel.cost.EnergyModel} join the two.
 */
package org.flatgaze.accel.cost;
