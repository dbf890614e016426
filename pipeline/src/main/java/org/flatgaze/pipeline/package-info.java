/**
 * One frame's work, from raw samples to a gaze sample: the order of the stages, their configuration and their
 * counters.
 */
package org.flatgaze.pipeline;
