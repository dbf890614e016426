/**
 * Which program runs when on one accelerator: the gaze net every frame, the segmentation net in what is left.
 *
 * <p>{@link org.flatgaze.accel.schedule.TimeMultiplexer} makes a {@link org.flatgaze.accel.schedule.SchedulePlan}, which
 * is a value: printed, compared, drawn ({@link org.flatgaze.accel.schedule.TimelinePage}) and executed slot by slot.
 */
package org.flatgaze.accel.schedule;
