/** Gaze networks of shifts and additions beside the ones they were made from. */
package org.flatgaze.runtime.shiftadd;
