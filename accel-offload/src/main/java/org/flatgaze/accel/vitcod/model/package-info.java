/** A vision transformer's encoder around the attention kernels: what a faster attention core means for a whole model. */
package org.flatgaze.accel.vitcod.model;
