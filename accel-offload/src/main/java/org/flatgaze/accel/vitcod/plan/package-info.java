/** Chooses per head how its attention is executed, from a cost model measured on this machine. */
package org.flatgaze.accel.vitcod.plan;
